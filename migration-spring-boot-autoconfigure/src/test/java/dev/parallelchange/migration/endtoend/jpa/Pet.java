package dev.parallelchange.migration.endtoend.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "pets")
class Pet {

	@Id
	Long id = 0L;

	@ManyToOne
	@Nullable Owner owner;

	@Nullable String name;

	protected Pet() {
	}

	Pet(long id, Owner owner, String name) {
		this.id = id;
		this.owner = owner;
		this.name = name;
	}

}
