-- ## breaks: an index on a table in use
create unique index visits_pet on visits (pet);
-- ## breaks: an index without a name
create index on visits (lower(pet), id);
-- ## breaks: an index that is dropped
drop index visits_pet;
-- ## breaks: an index that is rebuilt
reindex (verbose) index visits_pet;
-- ## fine: beside running code
create index concurrently if not exists visits_pet on visits (pet);
-- ## fine: on a table of this script
create table fresh (id bigint primary key, pet text);
create index fresh_pet on fresh (pet);
-- ## fine: dropped beside running code
drop index concurrently if exists visits_pet;
