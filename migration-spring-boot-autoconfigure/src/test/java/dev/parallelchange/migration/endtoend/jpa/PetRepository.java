package dev.parallelchange.migration.endtoend.jpa;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface PetRepository extends JpaRepository<Pet, Long> {

	@Modifying
	@Query("update Pet p set p.name = concat(p.name, ' (old)') where p.id <= :id")
	int rename(long id);

}
