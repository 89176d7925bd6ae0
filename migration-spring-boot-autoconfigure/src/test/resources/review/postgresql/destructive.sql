-- ## breaks: a column
alter table visits add column a int, drop column visit_date;
-- ## breaks: a column without its keyword
alter table visits drop visit_date;
-- ## breaks: a table
drop table visits;
-- ## breaks: a view
drop view if exists visits_of_today;
-- ## breaks: rows
delete from visits where id = 1;
-- ## breaks: all rows
truncate visits;
-- ## breaks: a table that is created anew afterwards
drop table visits;
create table visits (id bigint primary key);
-- ## breaks: a table beside a new one
create table fresh (id bigint primary key);
drop table fresh, visits;
-- ## breaks: a table that is there already
create table if not exists visits (id bigint primary key);
drop table visits;
-- ## fine: in a contract script (contract)
drop table visits;
-- ## fine: words
comment on table visits is 'drop table visits; delete from visits';
/* drop table visits; /* truncate visits; */ */
-- drop table visits
create function clean() returns void language sql as $body$ delete from visits; drop table visits $body$;
create function cleaner() returns void language sql begin atomic delete from visits where case when id = 1 then true else false end; delete from visits; end;
alter table visits add column "drop table" text default E'it\'s; drop table visits;';
-- ## fine: a constraint, a default and an index
alter table visits drop constraint fee_positive;
-- ## fine: what this script has created
create table fresh (id bigint, note text);
alter table fresh drop column note;
drop table fresh;
