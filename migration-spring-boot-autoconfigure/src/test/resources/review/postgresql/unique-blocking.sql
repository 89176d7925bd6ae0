-- ## breaks: a unique constraint
alter table visits add constraint visits_pet_key unique (pet);
-- ## breaks: a primary key
alter table visits add primary key (id);
-- ## breaks: a unique column
alter table visits add column code text unique;
-- ## fine: with an index that is there
alter table visits add constraint visits_pet_key unique using index visits_pet_key;
-- ## fine: in a new table
create table fresh (id bigint, code text unique);
alter table fresh add primary key (id);
