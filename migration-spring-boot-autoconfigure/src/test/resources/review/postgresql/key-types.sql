-- ## breaks: a narrower one
create table fresh (owner_id int primary key references owners);
-- ## breaks: a text
alter table visits add column owner_id varchar(40) references owners (id);
-- ## fine: the same by another name
create table fresh (owner_id int8 primary key references owners (id));
-- ## fine: a table of the scripts
create table rooms2 (id serial primary key);
create table fresh (room_id integer primary key references rooms2);
