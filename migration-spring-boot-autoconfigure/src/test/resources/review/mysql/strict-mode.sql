-- ## breaks: not null
alter table visits modify pet varchar(20) not null, algorithm=inplace, lock=none;
-- ## fine: null
alter table visits modify pet varchar(20) null, algorithm=inplace, lock=none;
