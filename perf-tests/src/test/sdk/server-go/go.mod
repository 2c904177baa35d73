module sluice/serversdk

go 1.25.0

require github.com/centrifugal/gocent/v3 v3.3.0
