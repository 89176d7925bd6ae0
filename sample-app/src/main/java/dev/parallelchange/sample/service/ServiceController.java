package dev.parallelchange.sample.service;

import java.net.URI;
import java.util.Optional;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows users' settings and orders, and changes settings, from outside.
 */
@RestController
class ServiceController {

	private final SettingsRepository settings;

	private final OrderRepository orders;

	ServiceController(SettingsRepository settings, OrderRepository orders) {
		this.settings = settings;
		this.orders = orders;
	}

	/**
	 * Whoever opens the service in a browser wants to see its plans.
	 */
	@GetMapping("/")
	ResponseEntity<Void> home() {
		return ResponseEntity.status(HttpStatus.FOUND).location(URI.create("/actuator/migrations")).build();
	}

	@GetMapping("/users/{id}/settings")
	Optional<Settings> settings(@PathVariable long id) {
		return this.settings.findByUserId(id);
	}

	@PutMapping("/users/{id}/settings")
	void save(@PathVariable long id, @RequestBody Settings changed) {
		this.settings.save(changed.withUserId(id));
	}

	@GetMapping("/orders/{id}")
	Optional<Order> order(@PathVariable long id) {
		return this.orders.findById(id);
	}

}
