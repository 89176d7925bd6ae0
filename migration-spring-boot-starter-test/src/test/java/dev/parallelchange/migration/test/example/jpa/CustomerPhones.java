package dev.parallelchange.migration.test.example.jpa;

import dev.parallelchange.migration.SourceSide;
import jakarta.persistence.EntityManager;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Repository;

@Repository
@SourceSide
class CustomerPhones implements Phones {

	private final EntityManager entities;

	CustomerPhones(EntityManager entities) {
		this.entities = entities;
	}

	@Override
	public @Nullable String findPhone(long customerId) {
		Customer customer = this.entities.find(Customer.class, customerId);
		return (customer != null) ? customer.getPhone() : null;
	}

	@Override
	public void setPhone(long customerId, String phone) {
		this.entities.find(Customer.class, customerId).setPhone(phone);
	}

}
