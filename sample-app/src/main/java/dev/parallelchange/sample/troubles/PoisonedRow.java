package dev.parallelchange.sample.troubles;

import java.util.concurrent.atomic.AtomicLong;

import dev.parallelchange.sample.traffic.SettingsCalls;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A client saves settings that the table refuses, through the service.
 */
final class PoisonedRow implements Trouble {

	private static final String ANY_USER = "select max(id) from users where profile is not null";

	private final SettingsCalls settings;

	private final JdbcClient client;

	private final AtomicLong user = new AtomicLong();

	PoisonedRow(SettingsCalls settings, JdbcClient client) {
		this.settings = settings;
		this.client = client;
	}

	@Override
	public String name() {
		return "poisoned-row";
	}

	@Override
	public String shows() {
		return "From DUAL_WRITE to DUAL_READ: a pending key with the error, half a minute later a row in quarantine";
	}

	@Override
	public void plant() {
		this.user.set(this.client.sql(ANY_USER).query(Long.class).single());
		this.settings.poison(this.user.get());
	}

	@Override
	public void heal() {
		this.settings.repair(this.user.get());
	}

}
