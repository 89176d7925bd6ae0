-- ## breaks: a text
comment on table visits is 'it;
drop table visits;
-- ## breaks: a body
create function f() returns int language sql as $a$ select 1 $b$;
-- ## breaks: a comment
alter table visits add column a int; /* never ends
-- ## fine: all of them with an end
comment on table "vi""sits" is 'it''s'; /* ends */ select $a$ ' $a$;
