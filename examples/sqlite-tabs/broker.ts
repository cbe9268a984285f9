import 'atelier-react/broker'
