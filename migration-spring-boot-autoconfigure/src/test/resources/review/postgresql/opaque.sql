-- ## breaks: a block
do $$ begin execute 'drop table visits'; end $$;
-- ## breaks: a procedure
call clean_up();
-- ## breaks: rows behind the statement
copy visits from stdin;
-- ## fine: a definition
create procedure clean_up() language sql as $$ delete from visits $$;
