export const suggestedPlaces = {
	text: 'Places tell where things are: with them, Pantrie also knows what freezing does to a date.',
	make: 'Make Fridge, Freezer and Cupboard',
	making: 'Making them …',
	made: 'Fridge, Freezer and Cupboard are made.',
	places: [
		{ name: 'Fridge', kind: 'fridge' as const },
		{ name: 'Freezer', kind: 'freezer' as const },
		{ name: 'Cupboard', kind: 'cupboard' as const }
	]
};
