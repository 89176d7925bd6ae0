create table delivery (
	parcel_id bigint primary key,
	version varchar(200) not null,
	previous varchar(200),
	attempts bigint not null,
	label varchar(100) not null
);
