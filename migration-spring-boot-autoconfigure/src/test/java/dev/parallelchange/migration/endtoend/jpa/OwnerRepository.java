package dev.parallelchange.migration.endtoend.jpa;

import org.springframework.data.jpa.repository.JpaRepository;

interface OwnerRepository extends JpaRepository<Owner, Long> {

}
