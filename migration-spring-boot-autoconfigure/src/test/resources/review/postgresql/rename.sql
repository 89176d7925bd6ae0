-- ## breaks: a column
alter table visits rename column pet to animal;
-- ## breaks: a table
alter table visits rename to stays;
-- ## breaks: a value
alter type mood rename value 'sad' to 'blue';
-- ## breaks: a schema
alter schema clinic rename to hospital;
-- ## fine: an index and a constraint
alter index visits_pet rename to visits_animal;
alter table visits rename constraint pet_set to animal_set;
-- ## fine: a new table
create table fresh (id bigint);
alter table fresh rename to fresher;
