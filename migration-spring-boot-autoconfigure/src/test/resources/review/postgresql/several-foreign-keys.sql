-- ## breaks: to two tables
create table fresh (owner_id bigint primary key references owners (id), room_id bigint unique references rooms (id));
-- ## breaks: one after the other
alter table visits add constraint a foreign key (room_id) references rooms (id) not valid;
alter table visits add constraint b foreign key (owner_id) references owners (id) not valid;
-- ## fine: to one table twice
create table fresh (a bigint primary key references owners (id), b bigint unique references owners (id));
-- ## fine: one at a time
alter table visits add constraint a foreign key (room_id) references rooms (id) not valid;
-- next script
alter table visits add constraint b foreign key (owner_id) references owners (id) not valid;
