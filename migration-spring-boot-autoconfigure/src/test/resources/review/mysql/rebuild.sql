-- ## breaks: another type
alter table visits modify column pet bigint, algorithm=inplace, lock=none;
-- ## breaks: a stored column
alter table visits add column total decimal(8, 2) generated always as (fee * 2) stored, algorithm=inplace, lock=none;
-- ## breaks: a counter
alter table visits add column number bigint auto_increment, algorithm=inplace, lock=none;
-- ## breaks: a computed default
alter table visits add column code char(36) default (uuid()), algorithm=inplace, lock=none;
-- ## fine: a constant default
alter table visits add column code char(36) default 'x', algorithm=instant;
