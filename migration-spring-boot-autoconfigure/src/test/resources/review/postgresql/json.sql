-- ## breaks: a column
alter table visits add column extra json;
-- ## breaks: in a new table
create table fresh (id bigint primary key, extra json not null);
-- ## fine: the other type
alter table visits add column extra jsonb default '{"json": 1}';
