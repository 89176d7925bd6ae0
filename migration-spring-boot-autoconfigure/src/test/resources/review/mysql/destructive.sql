-- ## breaks: a column
alter table visits drop column pet, algorithm=instant;
-- ## breaks: what looks like a comment
/*!50000 drop table visits */;
-- ## fine: a text with quotes of two kinds
insert into kinds values ('it\'s; drop table visits', "drop table; visits");
