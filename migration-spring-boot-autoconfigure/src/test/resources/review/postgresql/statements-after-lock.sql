-- ## breaks: another table
alter table visits add column visited_on date;
alter table owners add column phone text;
-- ## breaks: rows
alter table visits add column visited_on date;
update owners set phone = null;
-- ## fine: the same table
alter table visits add column visited_on date;
comment on column visits.visited_on is 'instead of visit_date';
alter table visits alter column visited_on set default now();
-- ## fine: new things
alter table visits add column visited_on date;
create table fresh (id bigint primary key);
