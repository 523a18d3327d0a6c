package pantry

// SheetExample is a sheet that can be imported.
const SheetExample = "name,brand,category,location,amount,unit,date,date_kind,bought_on,price,barcode,minimum,note\n" +
	"Oat milk,Hofgut,Dairy,Fridge,2,l,2026-11-30,best_before,,3.98,4006381333931,2,\n" +
	"Rice,,Dry goods,Cupboard,1.5,kg,11/2027,,2025-11-22,4.49,,,the long one\n"

// ExportExample is an export of a household that has two litres of one product; see [Service.Import].
const ExportExample = `{
"format": "pantrie-household",
"version": 1,
"household": {"name":"Brandt","timeZone":"Europe/Berlin"},
"locations": [
],
"categories": [
],
"watched": [
],
"photos": [
],
"products": [
{"id":"0199c565-4011-700e-88c3-928314c431c2","name":"Oat milk","base":"ml","unit":"l","dateKind":"best_before","nutrition":{},"createdAt":1795507200000,"updatedAt":1795507200000}
],
"units": [
],
"barcodes": [
],
"allergens": [
],
"lots": [
{"id":"0199c54c-9808-7091-8d2f-dca7d3080842","productId":"0199c565-4011-700e-88c3-928314c431c2","amount":"2000","expiresOn":"2026-11-30","precision":"day","dateKind":"best_before","boughtOn":"2026-11-24","createdAt":1795507200000}
],
"transactions": [
{"id":"0199c528-7220-7dd6-babf-99bfc2eb996f","userName":"Sam","verb":"add","at":1795507200000}
],
"movements": [
{"transactionId":"0199c528-7220-7dd6-babf-99bfc2eb996f","position":1,"lotId":"0199c54c-9808-7091-8d2f-dca7d3080842","productId":"0199c565-4011-700e-88c3-928314c431c2","delta":"2000"}
],
"shopping": [
],
"putAway": [
]
}
`
