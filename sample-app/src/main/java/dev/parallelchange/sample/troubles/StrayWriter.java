package dev.parallelchange.sample.troubles;

import dev.parallelchange.migration.ChangeRequest;
import dev.parallelchange.migration.MigrationPhase;
import dev.parallelchange.migration.MigrationRunner;
import dev.parallelchange.migration.Reconciliation;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Somebody with access to the database writes the side that does not lead, around the
 * service.
 */
final class StrayWriter implements Trouble {

	private static final String PLAN = "user-settings";

	private static final String ON_TARGET = """
			update user_settings set theme = case theme when 'dark' then 'light' else 'dark' end
			where user_id in (select user_id from user_settings order by user_id limit 3)""";

	private static final String ON_SOURCE = """
			update users set profile = profile || '{"locale": "fr"}'
			where id in (select id from users where jsonb_typeof(profile) = 'object' order by id limit 3)""";

	private final MigrationRunner runner;

	private final JdbcClient client;

	StrayWriter(MigrationRunner runner, JdbcClient client) {
		this.runner = runner;
		this.client = client;
	}

	@Override
	public String name() {
		return "stray-writer";
	}

	@Override
	public String shows() {
		return "In DUAL_READ or CUTOVER: three conflicts, which are nobody's to decide but yours";
	}

	/**
	 * The pass that finds it would come by itself within ten minutes.
	 */
	@Override
	public void plant() {
		this.client.sql(isTargetLeading() ? ON_SOURCE : ON_TARGET).update();
		ask(Reconciliation.VERIFY, "somebody may have written around the service");
	}

	@Override
	public void heal() {
		ask(isTargetLeading() ? Reconciliation.KEEP_TARGET : Reconciliation.KEEP_SOURCE,
				"what was written around the service does not count");
	}

	private boolean isTargetLeading() {
		return this.runner.status(PLAN).phase().isAtLeast(MigrationPhase.CUTOVER);
	}

	private void ask(Reconciliation reconciliation, String reason) {
		this.runner.change(PLAN, ChangeRequest.reconcile(reconciliation, name(), reason));
	}

}
