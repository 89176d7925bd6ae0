package dev.parallelchange.migration.test.example.data;

import java.time.LocalDate;
import java.util.Optional;

import dev.parallelchange.migration.TargetSide;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.Repository;

@TargetSide
public interface TargetVisits extends Repository<Visit, Long>, Visits {

	@Override
	@Query("select id, pet, visited_on as visit_date from appointments where id = :id")
	Optional<Visit> findVisit(long id);

	@Override
	@Modifying
	@Query("insert into appointments (id, pet, visited_on) values (:id, :pet, :day)")
	void insertVisit(long id, String pet, LocalDate day);

	@Override
	@Modifying
	@Query("update appointments set pet = :pet where id = :id")
	void updatePet(long id, String pet);

}
