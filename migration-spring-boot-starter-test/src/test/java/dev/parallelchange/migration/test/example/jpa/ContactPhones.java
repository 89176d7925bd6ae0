package dev.parallelchange.migration.test.example.jpa;

import dev.parallelchange.migration.TargetSide;
import jakarta.persistence.EntityManager;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Repository;

@Repository
@TargetSide
class ContactPhones implements Phones {

	private final EntityManager entities;

	ContactPhones(EntityManager entities) {
		this.entities = entities;
	}

	@Override
	public @Nullable String findPhone(long customerId) {
		Contact contact = this.entities.find(Contact.class, customerId);
		return (contact != null) ? contact.getPhone() : null;
	}

	@Override
	public void setPhone(long customerId, String phone) {
		Contact contact = this.entities.find(Contact.class, customerId);
		if (contact == null) {
			this.entities.persist(new Contact(customerId, phone));
		}
		else {
			contact.setPhone(phone);
		}
	}

}
