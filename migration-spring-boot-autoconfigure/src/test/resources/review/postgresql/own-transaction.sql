-- ## breaks: a beginning
begin;
alter table visits add column visited_on date;
-- ## breaks: an end
alter table visits add column visited_on date;
commit;
-- ## fine: a body
create function f() returns int language plpgsql as 'begin return 1; end';
