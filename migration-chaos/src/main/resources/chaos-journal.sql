create table chaos_journal (
	number bigint generated always as identity primary key,
	at timestamptz not null default clock_timestamp(),
	transaction varchar(200) not null,
	plan varchar(100) not null,
	key bigint not null,
	kind varchar(20) not null,
	version varchar(200) not null,
	previous varchar(200),
	n bigint not null
);

create table chaos_applied (
	plan varchar(100) not null,
	side varchar(20) not null,
	waited interval not null
);
