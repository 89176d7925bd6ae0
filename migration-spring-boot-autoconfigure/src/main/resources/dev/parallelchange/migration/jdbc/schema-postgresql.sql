create table if not exists %PREFIX%plan (
	id varchar(100) primary key,
	phase varchar(20) not null default 'OFF',
	epoch bigint not null default 0,
	since timestamptz not null default now(),
	requested varchar(20),
	requested_by varchar(200),
	requested_reason text,
	forced varchar(20),
	hold varchar(20),
	hold_by varchar(200),
	reads numeric(6, 3),
	pause_reason text,
	writes_deferred boolean not null default false,
	reconcile varchar(20),
	reconcile_requested_at timestamptz,
	fingerprint varchar(64),
	definition text[],
	lookups_seen text,
	lookups_written_at timestamptz
);

create table if not exists %PREFIX%instance (
	id uuid primary key,
	deployment varchar(200),
	host varchar(200) not null,
	version varchar(200),
	poll interval not null default interval '1 second',
	started_at timestamptz not null default now(),
	renewed_at timestamptz not null default clock_timestamp(),
	lease_until timestamptz not null
);

create table if not exists %PREFIX%acknowledgement (
	plan_id varchar(100) not null references %PREFIX%plan on delete cascade,
	instance_id uuid not null references %PREFIX%instance on delete cascade,
	epoch bigint not null,
	uses varchar(20),
	asks varchar(20),
	dry_run boolean not null default false,
	fingerprint varchar(64),
	definition text[],
	problem text,
	acknowledged_at timestamptz not null default now(),
	acknowledged_xid xid8 not null default pg_current_xact_id(),
	fence_seen bigint not null default 0,
	fence_drained bigint not null default 0,
	primary key (plan_id, instance_id)
);

create table if not exists %PREFIX%fence (
	plan_id varchar(100) primary key references %PREFIX%plan on delete cascade,
	number bigint not null,
	epoch bigint not null,
	starts_at timestamptz,
	ends_at timestamptz,
	failures integer not null default 0,
	trouble text,
	next_attempt_at timestamptz not null default now()
);

create table if not exists %PREFIX%backfill (
	plan_id varchar(100) primary key references %PREFIX%plan on delete cascade,
	fingerprint varchar(64) not null,
	cursor_key jsonb,
	upper_key jsonb,
	walked boolean not null default false,
	rows_estimated bigint not null,
	quarantine_unreviewed bigint not null default 0,
	started_at timestamptz not null default now(),
	runtime_since timestamptz not null default clock_timestamp(),
	finished_at timestamptz,
	finished_xid xid8,
	next_chunk_at timestamptz not null default now(),
	moment timestamptz,
	time_zone text,
	matched bigint not null default 0,
	matching bigint not null default 0,
	counted_at timestamptz,
	round integer not null default 1,
	fruitless integer not null default 0
);

create table if not exists %PREFIX%chunk (
	plan_id varchar(100) not null references %PREFIX%backfill on delete cascade,
	number bigint generated always as identity,
	lower_key jsonb,
	upper_key jsonb not null,
	row_count bigint not null,
	done boolean not null default false,
	rows_done bigint not null default 0,
	rows_written bigint not null default 0,
	attempts integer not null default 0,
	next_attempt_at timestamptz not null default now(),
	error text,
	started_at timestamptz,
	finished_at timestamptz,
	primary key (plan_id, number)
);

create index if not exists %INDEX_PREFIX%chunk_open on %PREFIX%chunk (plan_id, next_attempt_at) where not done;

create table if not exists %PREFIX%pending (
	id bigint generated always as identity primary key,
	plan_id varchar(100) not null,
	side varchar(20) not null,
	key jsonb not null,
	created_at timestamptz not null default clock_timestamp(),
	attempts integer not null default 0,
	next_attempt_at timestamptz not null default clock_timestamp(),
	created_snapshot pg_snapshot default case when current_setting('transaction_isolation') = 'read committed'
		then pg_current_snapshot() end,
	error text
);

create index if not exists %INDEX_PREFIX%pending_key on %PREFIX%pending (plan_id, key, id);

create index if not exists %INDEX_PREFIX%pending_order on %PREFIX%pending (plan_id, id);

create table if not exists %PREFIX%quarantine (
	plan_id varchar(100) not null references %PREFIX%plan on delete cascade,
	side varchar(20) not null,
	key jsonb not null,
	error text not null,
	created_at timestamptz not null default now(),
	primary key (plan_id, side, key)
);

create table if not exists %PREFIX%pass (
	id bigint generated always as identity primary key,
	plan_id varchar(100) not null references %PREFIX%plan on delete cascade,
	epoch bigint not null,
	fingerprint varchar(64) not null,
	repair boolean not null,
	cursor_key jsonb,
	rows_estimated bigint not null default 0,
	compared bigint not null default 0,
	missing bigint not null default 0,
	orphan bigint not null default 0,
	different bigint not null default 0,
	unconfirmed bigint not null default 0,
	repaired bigint not null default 0,
	started_xmin xid8 not null default pg_snapshot_xmin(pg_current_snapshot()),
	started_at timestamptz not null default now(),
	finished_at timestamptz
);

create index if not exists %INDEX_PREFIX%pass_plan on %PREFIX%pass (plan_id, id desc);

create unique index if not exists %INDEX_PREFIX%pass_running on %PREFIX%pass (plan_id) where finished_at is null;

create table if not exists %PREFIX%divergence (
	plan_id varchar(100) not null references %PREFIX%plan on delete cascade,
	key jsonb not null,
	kind varchar(20) not null,
	pass_id bigint not null,
	changed varchar(20),
	conflict boolean not null default false,
	first_seen timestamptz not null default now(),
	last_seen timestamptz not null default now(),
	error text,
	primary key (plan_id, key)
);

create table if not exists %PREFIX%comparison (
	plan_id varchar(100) primary key references %PREFIX%plan on delete cascade,
	epoch bigint not null,
	compared bigint not null default 0,
	mismatched bigint not null default 0,
	last_mismatch text
);

create table if not exists %PREFIX%drift (
	plan_id varchar(100) primary key references %PREFIX%plan on delete cascade,
	recorded jsonb not null,
	recorded_at timestamptz not null default clock_timestamp(),
	seen jsonb not null,
	changed_at timestamptz
);

create table if not exists %PREFIX%joint_transactions (
	plan_id varchar(100) primary key references %PREFIX%plan on delete cascade,
	epoch bigint not null,
	transactions bigint not null
);

create table if not exists %PREFIX%approval (
	plan_id varchar(100) not null references %PREFIX%plan on delete cascade,
	phase varchar(20) not null,
	actor varchar(200) not null,
	reason text not null,
	approved_at timestamptz not null default now(),
	expires_at timestamptz not null default 'infinity',
	primary key (plan_id, phase)
);

create table if not exists %PREFIX%history (
	id bigint generated always as identity primary key,
	plan_id varchar(100) not null,
	at timestamptz not null default clock_timestamp(),
	actor varchar(200) not null,
	action varchar(40) not null,
	from_phase varchar(20),
	to_phase varchar(20),
	epoch bigint not null,
	reason text not null,
	gates jsonb
);

create index if not exists %INDEX_PREFIX%history_plan on %PREFIX%history (plan_id, id desc);

create table if not exists %PREFIX%heartbeat (
	id integer primary key,
	at timestamptz not null
);

create table if not exists %PREFIX%sequence (
	name text primary key,
	range_start bigint not null,
	moved_at timestamptz
);

create table if not exists %PREFIX%reverse (
	plan_id varchar(100) primary key references %PREFIX%plan on delete cascade,
	fingerprint varchar(64) not null,
	tried bigint not null,
	failed bigint not null,
	all_rows boolean not null,
	samples jsonb not null,
	error text,
	measured_at timestamptz not null default clock_timestamp()
);

create table if not exists %PREFIX%rehearsal (
	plan_id varchar(100) primary key,
	holder uuid,
	started_at timestamptz not null default clock_timestamp(),
	alive_until timestamptz not null,
	error text,
	fingerprint varchar(64),
	report jsonb
);

create table if not exists %PREFIX%contract (
	plan_id varchar(100) primary key references %PREFIX%plan on delete cascade,
	definition jsonb,
	source varchar(20) not null default 'SHOWN',
	since timestamptz not null default clock_timestamp(),
	names jsonb not null default '{}',
	wanted varchar(20),
	wanted_by varchar(200),
	wanted_reason text
);

create table if not exists %PREFIX%watch (
	plan_id varchar(100) primary key references %PREFIX%plan on delete cascade,
	epoch bigint not null,
	since timestamptz not null default clock_timestamp(),
	sampled_at timestamptz,
	ours_until timestamptz,
	counters jsonb,
	told_seconds numeric not null default 0,
	scans bigint not null default 0,
	scanned_at timestamptz
);

create table if not exists %PREFIX%sighting (
	plan_id varchar(100) not null references %PREFIX%plan on delete cascade,
	who varchar(200) not null,
	statement varchar(300) not null,
	times bigint not null,
	calls bigint,
	seen_at timestamptz,
	primary key (plan_id, who, statement)
);

create table if not exists %PREFIX%script_run (
	plan_id varchar(100) not null references %PREFIX%plan on delete cascade,
	phase varchar(20) not null,
	state varchar(20) not null default 'WAITING',
	holder uuid,
	lease_until timestamptz,
	script varchar(300),
	scripts varchar(64),
	error text,
	attempts integer not null default 0,
	next_attempt_at timestamptz not null default clock_timestamp(),
	primary key (plan_id, phase)
);

create table if not exists %PREFIX%derived_script (
	plan_id varchar(100) not null references %PREFIX%plan on delete cascade,
	version integer not null,
	name varchar(300) not null,
	script text not null,
	undo_name varchar(300) not null,
	undo text not null,
	primary key (plan_id, version)
);
