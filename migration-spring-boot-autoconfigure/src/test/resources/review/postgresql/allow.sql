-- ## breaks: without a reason
-- migration:allow destructive
drop table visits;
-- ## breaks: a rule that there is not
-- migration:allow everything: since I say so
drop table visits;
-- ## fine: with a reason
-- migration:allow destructive: nobody has used it for years
drop table visits;
