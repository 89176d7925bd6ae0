package dev.parallelchange.migration.test.example.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * A row of the source.
 */
@Entity
@Table(name = "customers")
class Customer {

	@Id
	private long id;

	private String phone;

	protected Customer() {
		this.phone = "";
	}

	Customer(long id, String phone) {
		this.id = id;
		this.phone = phone;
	}

	String getPhone() {
		return this.phone;
	}

	void setPhone(String phone) {
		this.phone = phone;
	}

}
