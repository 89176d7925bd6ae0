-- ## breaks: an index of columns that nobody knows
alter table visits add constraint visits_pkey primary key using index visits_id_key;
-- ## breaks: an index of a column that may be null
create unique index concurrently if not exists visits_id_key on visits (id);
-- next script
alter table visits add constraint visits_pkey primary key using index visits_id_key;
-- ## fine: after the column has become not null
alter table visits add constraint id_set check (id is not null) not valid;
-- next script
alter table visits validate constraint id_set;
-- next script
alter table visits alter column id set not null;
-- next script
create unique index concurrently if not exists visits_id_key on visits (id);
-- next script
alter table visits add constraint visits_pkey primary key using index visits_id_key;
