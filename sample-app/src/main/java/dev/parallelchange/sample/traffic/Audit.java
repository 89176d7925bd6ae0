package dev.parallelchange.sample.traffic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.parallelchange.migration.MigrationSide;
import dev.parallelchange.sample.service.Order;
import dev.parallelchange.sample.service.OrderRepository;
import dev.parallelchange.sample.service.ProfileSettingsRepository;
import dev.parallelchange.sample.service.Settings;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts acknowledged writes that are not there, by looking at one side's tables and not
 * through the service.
 */
public final class Audit {

	private static final int BATCH = 5000;

	private static final String TARGET_SETTINGS = """
			select user_id, theme, notifications, locale, time_zone, items_per_page, signature
			from user_settings where user_id in (:ids)""";

	private final WriteLog log;

	private final JdbcClient client;

	/**
	 * Create an audit.
	 * @param log what has been acknowledged
	 * @param client the database
	 */
	public Audit(WriteLog log, JdbcClient client) {
		this.log = log;
		this.client = client;
	}

	/**
	 * Find users whose last acknowledged settings are lost.
	 * @param side where to look
	 * @return the users' ids
	 */
	public List<Long> lostSettings(MigrationSide side) {
		return lost(this.log.settings(),
				(ids) -> settings(side, ids).stream().collect(Collectors.toMap(Settings::userId, Function.identity())));
	}

	/**
	 * Find orders whose last acknowledged state is lost.
	 * @param side where to look
	 * @return the orders' ids
	 */
	public List<Long> lostOrders(MigrationSide side) {
		OrderRepository orders = new OrderRepository(this.client, side);
		return lost(this.log.orders(),
				(ids) -> orders.findByIdIn(ids).stream().collect(Collectors.toMap(Order::id, Order::state)));
	}

	private List<Settings> settings(MigrationSide side, Collection<Long> ids) {
		if (side == MigrationSide.SOURCE) {
			return new ProfileSettingsRepository(this.client).findByUserIdIn(ids);
		}
		return this.client.sql(TARGET_SETTINGS).param("ids", ids).query(Settings.class).list();
	}

	private <V> List<Long> lost(Ledger<V> ledger, Function<Collection<Long>, Map<Long, V>> find) {
		return this.log.withoutCalls(() -> {
			Map<Long, Set<Optional<V>>> acceptable = ledger.acceptable();
			List<Long> keys = List.copyOf(acceptable.keySet());
			List<Long> lost = new ArrayList<>();
			for (int start = 0; start < keys.size(); start += BATCH) {
				List<Long> batch = keys.subList(start, Math.min(start + BATCH, keys.size()));
				Map<Long, V> found = find.apply(batch);
				batch.stream()
					.filter((key) -> !acceptable.getOrDefault(key, Set.of())
						.contains(Optional.<V>ofNullable(found.get(key))))
					.forEach(lost::add);
			}
			return lost;
		});
	}

}
