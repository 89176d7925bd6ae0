-- ## breaks: another value for each row
alter table visits add column code uuid default gen_random_uuid();
-- ## breaks: the clock
alter table visits add column seen_at timestamptz not null default clock_timestamp();
-- ## breaks: a function of one's own
alter table visits add column code text default next_code('visit');
-- ## breaks: a sequence
alter table visits add column number bigserial;
-- ## breaks: an identity
alter table visits add column number bigint generated always as identity;
-- ## breaks: a stored column
alter table visits add column total numeric generated always as (fee * 2) stored;
-- ## fine: one value for all rows
alter table visits add column seen_at timestamptz not null default now();
-- ## fine: a column that takes no room
alter table visits add column total numeric generated always as (fee * 2) virtual;
-- ## fine: a constant that looks like a call
alter table visits add column code text default 'random()';
