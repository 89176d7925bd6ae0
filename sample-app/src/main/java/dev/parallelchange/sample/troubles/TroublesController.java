package dev.parallelchange.sample.troubles;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Plants and heals troubles.
 */
@RestController
@RequestMapping("/troubles")
class TroublesController {

	private final List<Trouble> troubles;

	private final Set<String> planted = ConcurrentHashMap.newKeySet();

	TroublesController(List<Trouble> troubles) {
		this.troubles = troubles;
	}

	@GetMapping
	List<Description> all() {
		return this.troubles.stream().map(this::describe).toList();
	}

	@PostMapping("/{name}")
	Description plant(@PathVariable String name) {
		Trouble trouble = named(name);
		trouble.plant();
		this.planted.add(name);
		return describe(trouble);
	}

	@DeleteMapping("/{name}")
	Description heal(@PathVariable String name) {
		Trouble trouble = named(name);
		trouble.heal();
		this.planted.remove(name);
		return describe(trouble);
	}

	private Trouble named(String name) {
		return this.troubles.stream()
			.filter((trouble) -> trouble.name().equals(name))
			.findFirst()
			.orElseThrow(
					() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no trouble '%s'; there are %s"
						.formatted(name, this.troubles.stream().map(Trouble::name).collect(Collectors.joining(", ")))));
	}

	private Description describe(Trouble trouble) {
		return new Description(trouble.name(), this.planted.contains(trouble.name()), trouble.shows());
	}

	/**
	 * A trouble.
	 *
	 * @param name what it is called in an address
	 * @param planted whether this release has planted it, and not healed it
	 * @param shows when to plant it, and what is to be seen then
	 */
	record Description(String name, boolean planted, String shows) {

	}

}
