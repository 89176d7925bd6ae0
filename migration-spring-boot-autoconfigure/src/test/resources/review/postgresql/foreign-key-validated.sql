-- ## breaks: a foreign key
alter table visits add constraint visits_owner foreign key (owner_id) references owners (id);
create index concurrently if not exists visits_owner_id_idx on visits (owner_id);
-- ## breaks: a column with a default that refers to a table
alter table visits add column owner_id bigint default 1 references owners (id);
-- ## fine: proven later
alter table visits add constraint visits_owner foreign key (owner_id) references owners (id) not valid;
-- ## fine: a column that is empty
alter table visits add column owner_id bigint references owners (id);
-- ## fine: in a new table
create table fresh (id bigint primary key references owners (id));
