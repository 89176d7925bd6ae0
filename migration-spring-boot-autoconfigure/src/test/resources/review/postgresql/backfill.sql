-- ## breaks: an update
update visits set visited_on = visit_date;
-- ## breaks: a copy into a table in use
insert into visits (id) select id from old_visits;
-- ## breaks: a copy into a new table
create table fresh (id bigint primary key);
insert into fresh select id from visits;
-- ## breaks: a table of a query
create table fresh as select * from visits;
-- ## breaks: a hidden one
with moved as (delete from visits returning *) insert into archive select * from moved;
-- ## breaks: a clean-up in a contract script (contract)
delete from visits where pet is null;
-- ## fine: a few rows by hand
insert into kinds (id, name) values (1, 'cat; update visits'), (2, 'dog');
-- ## fine: a table like another
create table fresh (like visits including all);
