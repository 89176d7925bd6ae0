-- ## breaks: nothing is stated
alter table visits add column visited_on date;
-- ## breaks: an index
create index visits_pet on visits (pet);
-- ## breaks: locks are left open
alter table visits add index visits_pet (pet), algorithm=inplace;
-- ## fine: at once
alter table visits add column visited_on date, algorithm=instant;
-- ## fine: beside writers
create index visits_pet on visits (pet) algorithm=inplace lock=none;
-- ## fine: a new table
create table `fresh` (id bigint primary key, `drop table` text);
