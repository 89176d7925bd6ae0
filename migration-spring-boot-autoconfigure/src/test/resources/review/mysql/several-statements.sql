-- ## breaks: two
create table a (id int primary key);
create table b (id int primary key);
-- ## fine: one, with a body
delimiter //
create procedure p() begin select 'a;b'; select "it's; -- a comment"; end//
delimiter ;
# drop table visits;
