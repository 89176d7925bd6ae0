package dev.parallelchange.sample.traffic;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.sample.service.Settings;
import dev.parallelchange.sample.service.SettingsRepository;
import dev.parallelchange.sample.service.UserRepository;
import dev.parallelchange.sample.world.SampleData;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Calls that concern users and their settings.
 */
public final class SettingsCalls {

	private static final List<String> THEMES = List.of("light", "dark", "system");

	private static final List<String> LOCALES = List.of("en", "de-de", "pt-br", "🇩🇪");

	private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "Asia/Kolkata");

	private static final int LONGEST_LOCALE = 35;

	private static final int LONGEST_SIGNATURE = 200;

	private static final int FEWEST_ITEMS = 5;

	private static final int MOST_ITEMS = 200;

	private final SettingsRepository settings;

	private final UserRepository users;

	private final TransactionOperations transactions;

	private final WriteLog log;

	private final AtomicLong lastUser;

	SettingsCalls(SettingsRepository settings, UserRepository users, TransactionOperations transactions, WriteLog log,
			long lastUser) {
		this.settings = settings;
		this.users = users;
		this.transactions = transactions;
		this.log = log;
		this.lastUser = new AtomicLong(lastUser);
	}

	long anyUser(Random random) {
		return 1 + random.nextLong(this.lastUser.get());
	}

	void read(Random random) {
		long id = anyUser(random);
		this.log.settings().exclusively(id, () -> {
			Optional<Settings> found = this.settings.findByUserId(id);
			Set<Optional<Settings>> acceptable = this.log.settings().acceptable(id);
			this.log.read(acceptable.isEmpty() || acceptable.contains(found));
		});
	}

	void save(Random random) {
		long id = anyUser(random);
		Settings changed = random(id, random);
		this.log.settings().exclusively(id, () -> {
			if (this.users.exists(id)) {
				this.log.settings().write(id, Optional.of(changed), () -> this.settings.save(changed));
			}
		});
	}

	void updateTheme(Random random) {
		long id = anyUser(random);
		String theme = any(THEMES, random);
		this.log.settings().exclusively(id, () -> {
			Set<Optional<Settings>> before = this.log.settings().acceptable(id);
			Optional<Settings> known = (before.size() == 1) ? before.iterator().next() : this.settings.findByUserId(id);
			this.log.settings()
				.write(id, known.map((settings) -> settings.withTheme(theme)),
						() -> this.transactions.executeWithoutResult((status) -> this.settings.updateTheme(id, theme)));
		});
	}

	void delete(Random random) {
		long id = anyUser(random);
		this.log.settings()
			.exclusively(id,
					() -> this.log.settings().write(id, Optional.empty(), () -> this.settings.deleteByUserId(id)));
	}

	void createUser(Random random) {
		Settings template = random(0, random);
		long id = this.log.settings().create(template::withUserId, () -> insert(template));
		this.lastUser.accumulateAndGet(id, Math::max);
	}

	private long insert(Settings template) {
		return Objects.requireNonNull(this.transactions.execute((status) -> {
			long id = this.users.insert("new@example.com", "Neu 🌱");
			this.settings.save(template.withUserId(id));
			return id;
		}));
	}

	void deleteUser(Random random) {
		long id = Math.max(anyUser(random) / SampleData.WITHOUT_ORDERS, 1) * SampleData.WITHOUT_ORDERS;
		this.log.settings()
			.exclusively(id, () -> this.log.settings().write(id, Optional.empty(), () -> this.users.delete(id)));
	}

	/**
	 * Correct a user's settings that the target refuses, as support would.
	 * @param id the user's id
	 */
	public void repair(long id) {
		this.log
			.call(() -> this.log.settings().exclusively(id, () -> this.settings.findByUserId(id).ifPresent((found) -> {
				Settings repaired = new Settings(id, found.theme(), found.notifications(),
						(found.locale().length() > LONGEST_LOCALE) ? "en" : found.locale(), found.timeZone(),
						Math.max(FEWEST_ITEMS, Math.min(MOST_ITEMS, found.itemsPerPage())),
						(found.signature().codePointCount(0, found.signature().length()) > LONGEST_SIGNATURE) ? ""
								: found.signature());
				this.log.settings().write(id, Optional.of(repaired), () -> this.settings.save(repaired));
			})));
	}

	/**
	 * Save settings that the target refuses, as a client that checks nothing would.
	 * @param id the user's id
	 */
	public void poison(long id) {
		Settings refused = new Settings(id, "dark", true, "en", "UTC", MOST_ITEMS + 1, "");
		this.log.call(() -> this.log.settings().exclusively(id, () -> {
			if (this.users.exists(id)) {
				this.log.settings().write(id, Optional.of(refused), () -> this.settings.save(refused));
			}
		}));
	}

	private static Settings random(long id, Random random) {
		return new Settings(id, any(THEMES, random), random.nextBoolean(), any(LOCALES, random), any(ZONES, random),
				FEWEST_ITEMS + random.nextInt(MOST_ITEMS - FEWEST_ITEMS), "signature 🖋 " + random.nextInt());
	}

	private static String any(List<String> values, Random random) {
		return values.get(random.nextInt(values.size()));
	}

}
