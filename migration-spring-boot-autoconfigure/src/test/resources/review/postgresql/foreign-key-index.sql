-- ## breaks: a column without
alter table visits add column owner_id bigint references owners (id);
-- ## breaks: a new table without
create table fresh (id bigint primary key, owner_id bigint references owners (id));
-- ## breaks: with one that leaves rows out
create table fresh (id bigint primary key, owner_id bigint references owners (id));
create index fresh_owner on fresh (owner_id) where id > 100;
-- ## fine: with one in the same script
create table fresh (id bigint primary key, owner_id bigint references owners (id));
create index fresh_owner on fresh (owner_id, id);
-- ## fine: the primary key
create table fresh (owner_id bigint primary key references owners on delete cascade, phone text);
-- ## fine: with one that is there
alter table visits add constraint visits_room foreign key (room_id) references rooms (id) not valid;
