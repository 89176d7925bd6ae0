package dev.parallelchange.sample.traffic;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.sample.service.Order;
import dev.parallelchange.sample.service.OrderRepository;
import dev.parallelchange.sample.world.SampleData;

/**
 * Calls that concern orders.
 */
final class OrderCalls {

	private static final List<String> STATES = List.of("PAID", "SHIPPED", "DELIVERED", "CANCELLED", "lost 🤷");

	private final OrderRepository orders;

	private final WriteLog log;

	private final int users;

	private final AtomicLong lastOrder;

	OrderCalls(OrderRepository orders, WriteLog log, int users, long lastOrder) {
		this.orders = orders;
		this.log = log;
		this.users = users;
		this.lastOrder = new AtomicLong(lastOrder);
	}

	void read(Random random) {
		long id = anyOrder(random);
		this.log.orders().exclusively(id, () -> {
			Optional<String> found = this.orders.findById(id).map(Order::state);
			Set<Optional<String>> acceptable = this.log.orders().acceptable(id);
			this.log.read(acceptable.isEmpty() || acceptable.contains(found));
		});
	}

	void place(Random random) {
		long userId = random.nextInt(this.users / SampleData.WITHOUT_ORDERS) * (long) SampleData.WITHOUT_ORDERS + 1;
		BigDecimal amount = BigDecimal.valueOf(random.nextInt(10_000), 2);
		long id = this.log.orders().create((key) -> "NEW", () -> this.orders.insert(userId, amount, "NEW"));
		this.lastOrder.accumulateAndGet(id, Math::max);
	}

	void updateState(Random random) {
		long id = anyOrder(random);
		String state = STATES.get(random.nextInt(STATES.size()));
		this.log.orders().exclusively(id, () -> {
			Set<Optional<String>> before = this.log.orders().acceptable(id);
			if (!before.isEmpty() || this.orders.findById(id).isPresent()) {
				this.log.orders().write(id, Optional.of(state), () -> this.orders.updateState(id, state));
			}
		});
	}

	private long anyOrder(Random random) {
		return 1 + random.nextLong(this.lastOrder.get());
	}

}
