-- ## breaks: in a contract script too (contract)
drop table visits cascade;
-- ## breaks: rows of others (contract)
truncate table visits cascade;
-- ## fine: rows of others when a row goes
alter table visits add constraint visits_owner foreign key (owner_id) references owners (id) on delete no action not valid;
-- ## fine: a word (contract)
drop table "cascade";
