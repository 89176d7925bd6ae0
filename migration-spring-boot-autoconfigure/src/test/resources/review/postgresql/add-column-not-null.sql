-- ## breaks: without a value
alter table visits add column visited_on date not null;
-- ## fine: with a constant
alter table visits add column visited_on date not null default date '2026-01-01';
-- ## fine: nullable, with a comment that is not
alter table visits add column visited_on date /* not null */;
-- ## fine: in a new table
create table fresh (id bigint not null);
