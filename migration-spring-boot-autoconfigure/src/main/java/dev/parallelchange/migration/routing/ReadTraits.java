package dev.parallelchange.migration.routing;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ObjectUtils;

/**
 * What is known about a read before it is called.
 *
 * @param description names the read in messages
 * @param keyed whether it reads the rows of given keys
 * @param counts whether it answers with a number or a yes or no
 * @param compared whether answers may be compared on both sides
 * @param ordered whether the order of a list matters
 */
record ReadTraits(String description, boolean keyed, boolean counts, boolean compared, boolean ordered) {

	/**
	 * A list without a key may be empty for good reasons, and may lack rows without being
	 * empty; a single row that is not there can always be looked for once more.
	 */
	boolean isNothing(@Nullable Object answer) {
		if (answer == null || answer instanceof Optional<?> optional && optional.isEmpty()) {
			return true;
		}
		if (!this.keyed) {
			return false;
		}
		if (this.counts) {
			return Boolean.FALSE.equals(answer) || answer instanceof Number number && number.longValue() == 0;
		}
		return (answer instanceof Collection<?> || answer instanceof Map<?, ?> || answer.getClass().isArray())
				&& ObjectUtils.isEmpty(answer);
	}

}
