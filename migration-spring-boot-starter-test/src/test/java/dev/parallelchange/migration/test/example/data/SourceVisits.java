package dev.parallelchange.migration.test.example.data;

import java.time.LocalDate;
import java.util.Optional;

import dev.parallelchange.migration.SourceSide;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.Repository;

@SourceSide
public interface SourceVisits extends Repository<Visit, Long>, Visits {

	@Override
	@Query("select id, pet, visit_date from visits where id = :id")
	Optional<Visit> findVisit(long id);

	@Override
	@Modifying
	@Query("insert into visits (id, pet, visit_date) values (:id, :pet, :day)")
	void insertVisit(long id, String pet, LocalDate day);

	@Override
	@Modifying
	@Query("update visits set pet = :pet where id = :id")
	void updatePet(long id, String pet);

}
