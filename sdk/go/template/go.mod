module my-scenario

go 1.24

require dualbench v0.0.0

replace dualbench => ./dualbench
