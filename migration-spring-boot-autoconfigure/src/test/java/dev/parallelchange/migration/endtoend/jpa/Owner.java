package dev.parallelchange.migration.endtoend.jpa;

import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;

@Entity
@Table(name = "owners")
class Owner {

	@Id
	Long id = 0L;

	@OneToMany(mappedBy = "owner", cascade = CascadeType.ALL, orphanRemoval = true)
	List<Pet> pets = new ArrayList<>();

	protected Owner() {
	}

	Owner(long id) {
		this.id = id;
	}

	Pet add(long petId, String name) {
		Pet pet = new Pet(petId, this, name);
		this.pets.add(pet);
		return pet;
	}

}
