package dev.parallelchange.migration.routing;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.PageRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnswerDifference}.
 */
class AnswerDifferenceTests {

	private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456Z");

	private final AnswerDifference difference = new AnswerDifference(null);

	@Test
	void valuesAreEqualAcrossScalesZonesAndPrecisions() {
		assertThat(find(new BigDecimal("1.50"), new BigDecimal("1.5"))).isNull();
		assertThat(find(1L, 1)).isNull();
		assertThat(find(NOON, OffsetDateTime.ofInstant(NOON.plusNanos(999), ZoneOffset.ofHours(2)))).isNull();
		assertThat(find(Timestamp.from(NOON), NOON)).isNull();
		assertThat(find(new int[] { 1, 2 }, new int[] { 1, 2 })).isNull();
		assertThat(find(Optional.of("a"), "a")).isNull();
		assertThat(find(Map.of("a", 1), Map.of("a", 1L))).isNull();
		assertThat(find(new Row(1, List.of("a")), new Row(1, List.of("a")))).isNull();
	}

	@Test
	void aDifferenceIsToldWithoutValues() {
		assertThat(find("secret", "other")).isEqualTo("read: the values differ");
		assertThat(find(Optional.of("secret"), Optional.empty())).isEqualTo("read: only the source has an answer");
		assertThat(find(List.of(), List.of("secret"))).isEqualTo("read: only the target has an answer");
		assertThat(find(new Row(1, List.of("secret")), new Row(1, List.of("b")))).isEqualTo("read: 'names' differs");
		assertThat(find(List.of("a", "b"), List.of("b", "c")))
			.isEqualTo("read: 2 different elements on the source, 2 on the target");
		assertThat(find(List.of("a", "b"), List.of("a"))).startsWith("read: ");
	}

	@Test
	void listsAreComparedAsMultisetsUnlessTheyAreOrdered() {
		assertThat(find(List.of("a", "b", "a"), List.of("b", "a", "a"))).isNull();
		assertThat(find(List.of("a", "b", "a"), List.of("b", "b", "a"))).isNotNull();
		assertThat(ordered(List.of("a", "b"), List.of("b", "a"))).isEqualTo("read: the values differ (element 1 of 2)");
		assertThat(ordered(Set.of("a", "b", "c"), Set.of("c", "b", "a"))).isNull();
		assertThat(find(Arrays.asList("a", null), Arrays.asList(null, "a"))).isNull();
	}

	@Test
	void pagesAreEqualInContentAndTotal() {
		PageRequest first = PageRequest.of(0, 2);
		assertThat(find(new PageImpl<>(List.of("a", "b"), first, 5), new PageImpl<>(List.of("a", "b"), first, 5)))
			.isNull();
		assertThat(find(new PageImpl<>(List.of("a", "b"), first, 5), new PageImpl<>(List.of("a", "b"), first, 6)))
			.isEqualTo("read: 'totalElements' differs");
		assertThat(find(new PageImpl<>(List.of("a", "b"), first, 5), new PageImpl<>(List.of("a", "c"), first, 5)))
			.isEqualTo("read: 'content' differs");
	}

	@Test
	void beansAreComparedByTheirSimplePropertiesWithoutTouchingRelations() {
		assertThat(find(new Bean(1, "a"), new Bean(1, "a"))).isNull();
		assertThat(find(new Bean(1, "a"), new Bean(1, "b"))).isEqualTo("read: 'name' differs");
	}

	@Test
	void anApplicationsOwnComparisonDecides() {
		AnswerDifference own = new AnswerDifference((planId, source, target) -> true);
		assertThat(own.find("plan", traits(false), "a", "b")).isNull();
		AnswerDifference never = new AnswerDifference((planId, source, target) -> false);
		assertThat(never.find("plan", traits(false), "a", "a")).isEqualTo("read: the answers differ");
	}

	private @Nullable String find(@Nullable Object source, @Nullable Object target) {
		return this.difference.find("plan", traits(false), source, target);
	}

	private @Nullable String ordered(@Nullable Object source, @Nullable Object target) {
		return this.difference.find("plan", traits(true), source, target);
	}

	private static ReadTraits traits(boolean ordered) {
		return new ReadTraits("read", false, false, true, ordered);
	}

	record Row(int id, List<String> names) {
	}

	/** A bean like an entity, equal by its id alone. */
	public static final class Bean {

		private final int id;

		private final String name;

		Bean(int id, String name) {
			this.id = id;
			this.name = name;
		}

		public int getId() {
			return this.id;
		}

		public String getName() {
			return this.name;
		}

		public List<String> getOrders() {
			throw new IllegalStateException("A relation was loaded");
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Bean bean && bean.id == this.id;
		}

		@Override
		public int hashCode() {
			return new ArrayList<>(List.of(this.id)).hashCode();
		}

	}

}
