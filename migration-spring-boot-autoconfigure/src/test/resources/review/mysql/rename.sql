-- ## breaks: a table
rename table visits to stays;
-- ## breaks: a column
alter table visits change column pet animal varchar(20), algorithm=inplace, lock=none;
-- ## fine: an index
alter table visits rename index a to b, algorithm=inplace, lock=none;
