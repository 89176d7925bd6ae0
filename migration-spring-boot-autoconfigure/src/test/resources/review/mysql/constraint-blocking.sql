-- ## breaks: a foreign key
alter table visits add constraint f foreign key (owner_id) references owners (id), algorithm=inplace, lock=none;
-- ## breaks: a condition
alter table visits add check (fee > 0), algorithm=inplace, lock=none;
-- ## fine: in a new table
create table fresh (id bigint primary key, fee int check (fee > 0));
