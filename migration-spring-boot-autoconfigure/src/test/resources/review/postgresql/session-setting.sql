-- ## breaks: the limit
set lock_timeout = '1h';
-- ## breaks: the limit of the transaction
set local statement_timeout = 0;
-- ## breaks: the path
set search_path to other;
-- ## breaks: all of them
reset all;
-- ## fine: another setting of the transaction
set local work_mem = '1GB';
