-- ## breaks: on a table in use
alter table visits add constraint one_at_a_time exclude using gist (room with =, during with &&);
-- ## fine: on a new table
create table fresh (room int, during tsrange);
alter table fresh add constraint one_at_a_time exclude using gist (room with =, during with &&);
