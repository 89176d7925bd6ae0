package dev.parallelchange.migration.test.example.jpa;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * A row of the target.
 */
@Entity
@Table(name = "contacts")
class Contact {

	@Id
	@Column(name = "customer_id")
	private long customerId;

	private String phone;

	protected Contact() {
		this.phone = "";
	}

	Contact(long customerId, String phone) {
		this.customerId = customerId;
		this.phone = phone;
	}

	String getPhone() {
		return this.phone;
	}

	void setPhone(String phone) {
		this.phone = phone;
	}

}
