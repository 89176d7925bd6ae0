package dev.parallelchange.migration.test.example.jpa;

import dev.parallelchange.migration.InvalidRepositoryException;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@JdbcTest
@AutoConfigureTestDatabase(replace = Replace.NONE)
class CustomerSliceTests {

	@Autowired
	private JdbcClient client;

	@Autowired
	private ObjectProvider<Phones> phones;

	@Test
	void aSliceStartsWithoutTheSidesOfARepository() {
		assertThat(this.client.sql("select count(*) from customers").query(Long.class).single()).isEqualTo(20);
		assertThatException().isThrownBy(this.phones::getObject)
			.havingRootCause()
			.isInstanceOf(InvalidRepositoryException.class)
			.withMessageContaining("no bean of this type is marked @SourceSide");
	}

}
