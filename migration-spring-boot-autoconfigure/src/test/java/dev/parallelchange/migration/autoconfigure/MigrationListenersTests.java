package dev.parallelchange.migration.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.parallelchange.migration.MigrationListener;
import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.migration.ObservedWork;
import dev.parallelchange.migration.metrics.MeterListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * A listener that fails reaches neither the others nor the caller.
 */
@ExtendWith(OutputCaptureExtension.class)
class MigrationListenersTests {

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final MigrationListener meters = new MeterListener(() -> this.registry);

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, NoClassDefFoundError.class, AssertionError.class })
	void aBrokenListenerDoesNoHarmAndIsLoggedOnce(Class<? extends Throwable> failure, CapturedOutput output) {
		MigrationListener broken = new MigrationListener() {

			@Override
			public void readRouted(String planId, MigrationSide side, Duration duration) {
				sneak(failure);
			}

		};
		MigrationListeners listeners = new MigrationListeners(() -> List.of(broken, this.meters));
		for (int i = 0; i < 100; i++) {
			listeners.readRouted("user-settings", MigrationSide.SOURCE, Duration.ofMillis(1));
		}
		assertThat(this.registry.get("migration.reads").timer().count()).isEqualTo(100);
		assertThat(StringUtils.countOccurrencesOf(output.toString(), "A migration listener failed")).isOne();
	}

	@Test
	void aBrokenRegistryDoesNoHarm() {
		MigrationListeners listeners = new MigrationListeners(() -> List.of(new MeterListener(() -> {
			throw new IllegalStateException("no registry");
		})));
		assertThatCode(() -> {
			listeners.readRouted("user-settings", MigrationSide.SOURCE, Duration.ofMillis(1));
			listeners.mirrored("user-settings", MigrationSide.SOURCE, 1, Duration.ofMillis(1));
		}).doesNotThrowAnyException();
	}

	@Test
	void aBrokenObserverHarmsNeitherTheWorkNorTheOthers() {
		List<String> seen = new ArrayList<>();
		MigrationListener broken = new MigrationListener() {

			@Override
			public ObservedWork.Running begin(String planId, ObservedWork work) {
				if (work == ObservedWork.CHUNK) {
					throw new IllegalStateException("at the beginning");
				}
				return (outcome) -> {
					throw new IllegalStateException("at the end");
				};
			}

		};
		MigrationListener watching = new MigrationListener() {

			@Override
			public ObservedWork.Running begin(String planId, ObservedWork work) {
				return (outcome) -> seen.add(work + " " + outcome);
			}

		};
		MigrationListeners listeners = new MigrationListeners(() -> List.of(broken, watching));
		listeners.begin("user-settings", ObservedWork.CHUNK).end("copied");
		listeners.begin("user-settings", ObservedWork.MIRROR).end("mirrored");
		assertThat(seen).containsExactly("CHUNK copied", "MIRROR mirrored");
	}

	@Test
	void workThatNobodyWatchesCostsNothing() {
		assertThat(new MigrationListeners(() -> List.of(this.meters)).begin("user-settings", ObservedWork.MIRROR))
			.isSameAs(ObservedWork.Running.UNOBSERVED);
	}

	@Test
	void listenersThatCannotBeCreatedDoNoHarm() {
		MigrationListeners listeners = new MigrationListeners(() -> {
			throw new IllegalStateException("the context is closed");
		});
		assertThatCode(() -> listeners.readFellBack("user-settings")).doesNotThrowAnyException();
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneak(Class<? extends Throwable> failure) throws T {
		try {
			throw (T) failure.getDeclaredConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
